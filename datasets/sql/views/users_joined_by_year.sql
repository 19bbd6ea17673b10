-- one row per year of joining, 2015 to 2020 (the column keeps the name post_year of the exercise): its number of persons
with persons as (
  select distinct
    u.user_key,
    cast(extract(year from u.date_joined) as int) as post_year
  from user as u
)
select
  s.post_year,
  count(*) as number_users_joined
from persons as s
where s.post_year between 2015 and 2020
group by s.post_year
order by s.post_year nulls last
