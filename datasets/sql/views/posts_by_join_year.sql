-- one row per year of joining, 2015 to 2020 (the column keeps the name post_year of the exercise): the number of posts of those who joined then
-- Not a count of users: every post counts. By person: users_joined_by_year.
with posts as (
  select
    cast(extract(year from u.date_joined) as int) as post_year
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
)
select
  s.post_year,
  count(*) as number_posts
from posts as s
where s.post_year between 2015 and 2020
group by s.post_year
order by s.post_year nulls last
