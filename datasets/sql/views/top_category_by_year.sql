-- one row per year of posting, 2018 to 2022, and category in first place by number of posts; ties give several
with posts as (
  select
    cast(extract(year from g.timestamp) as int) as post_year,
    p.category
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.category is not null
),
counted as (
  select
    s.post_year,
    s.category,
    count(*) as category_count
  from posts as s
  where s.post_year between 2018 and 2022
  group by s.post_year, s.category
),
ranked as (
  select
    c.post_year,
    c.category,
    c.category_count,
    rank() over (partition by c.post_year order by c.category_count desc nulls last) as place
  from counted as c
)
select
  r.post_year,
  r.category,
  r.category_count
from ranked as r
where r.place = 1
order by r.post_year nulls last, r.category nulls last
